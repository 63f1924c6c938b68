{# Grain: one record of order_lines whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('order_lines') }}
