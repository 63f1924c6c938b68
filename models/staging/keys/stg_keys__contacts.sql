{# Grain: one record of contacts whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('contacts') }}
