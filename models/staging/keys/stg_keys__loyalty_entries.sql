{# Grain: one record of loyalty_entries whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('loyalty_entries') }}
