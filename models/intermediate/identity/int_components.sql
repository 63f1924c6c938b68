{{ config(pre_hook=prepare_connected_components('int_links', 'record_key', 'hub_key')) }}
{#
    Grain: one linked record with the smallest record it is connected to, over links of any number.
#}
{{ connected_components(ref('int_links'), 'record_key', 'hub_key') }}
