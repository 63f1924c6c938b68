{{ config(materialized='view') }}
{#
    Grain: source record x e-mail address under which an organisation is reached: its own or a contact's. Only those that are of
    one record in each system: within one system a person may act for several organisations, and then the address tells nothing.
#}
with reached as (
    select record_key, source_system, email
    from {{ ref('int_contacts_unioned') }}
    where record_status = 'accepted' and email is not null and left_at is null
    union
    select record_key, source_system, email
    from {{ ref('int_customer_versions') }}
    where customer_kind = 'organisation' and email is not null
),

of_one_each as (
    select email
    from (select email, source_system, count(*) as holders from reached group by email, source_system) as counted
    group by email
    having max(holders) = 1
)

select reached.record_key, reached.email
from reached
inner join of_one_each on reached.email = of_one_each.email
