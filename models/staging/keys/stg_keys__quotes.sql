{# Grain: one record of quotes whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('quotes') }}
