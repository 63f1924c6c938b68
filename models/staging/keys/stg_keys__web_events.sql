{# Grain: one record of web_events whose key stands in several raw tables of its source system, with its fate. #}
{{ keys_decided('web_events') }}
