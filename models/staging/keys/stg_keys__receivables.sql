{# Grain: one record of receivables whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('receivables') }}
