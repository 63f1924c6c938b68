{# Grain: one record of tickets whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('tickets') }}
