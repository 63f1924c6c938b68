{# Grain: one accepted ticket, what it claims in the reporting currency, and whether it is pending. #}
{{ documents_converted('int_tickets_valued') }}
