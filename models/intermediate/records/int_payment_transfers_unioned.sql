{{ config(materialized='view') }}
{#
    Grain: one transfer of money that Fxiaoke's payments refer to, with any status. Read by their staging model only;
    here for the ledger.
#}
select * from {{ ref('stg_fxiaoke__payment') }}
