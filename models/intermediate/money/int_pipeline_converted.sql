{# Grain: one accepted opportunity or quote, in the reporting currency, and whether it is pending. #}
{{ documents_converted('int_pipeline_valued') }}
