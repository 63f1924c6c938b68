{#
    Grain: graded customer x position: up to three products that it has not bought in the window and that buyers of what it bought do buy, those with
    the greatest confidence first.
#}
with offers as (
    select
        bought.as_of_date,
        bought.customer_key,
        bought.source_system as because_system,
        bought.product_ref as because_ref,
        pairs.*,
        row_number() over (
            partition by bought.customer_key, pairs.other_key order by pairs.confidence desc, pairs.lift desc, bought.product_key
        ) as reason_place
    from {{ ref('int_products_bought') }} as bought
    inner join {{ ref('int_product_pairs') }} as pairs
        on bought.customer_kind = pairs.customer_kind and bought.product_key = pairs.product_key
),

placed as (
    select
        offers.*,
        row_number() over (partition by offers.customer_key order by offers.confidence desc, offers.lift desc, offers.other_key) as place
    from offers
    left join {{ ref('int_products_bought') }} as has
        on offers.customer_key = has.customer_key and offers.other_key = has.product_key
    where offers.reason_place = 1 and has.product_key is null
)

select
    placed.as_of_date,
    {{ customer_id('placed.customer_key') }} as customer_id,
    cast(placed.place as integer) as position,
    {{ published_ref('placed.other_system', 'placed.other_ref') }} as product_ref,
    {{ published_ref('placed.because_system', 'placed.because_ref') }} as because_product_ref,
    cast(placed.pair_count as integer) as customer_count,
    placed.support,
    placed.confidence,
    placed.lift,
    {%- for language in ['en', 'zh'] %}
    {{ filled_label('reasons.label_' ~ language, {
        'p': 'cast(round(100 * placed.confidence) as bigint)',
        'product': published_ref('placed.because_system', 'placed.because_ref'),
    }, loop.index0) }} as reason_{{ language }}{{ ',' if not loop.last }}
    {%- endfor %}
from placed
inner join {{ ref('class_labels_seed') }} as reasons on reasons.class_family = 'action_word' and reasons.code = 'bought_together'
where placed.place <= 3
