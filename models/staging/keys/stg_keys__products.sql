{# Grain: one record of products whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('products') }}
