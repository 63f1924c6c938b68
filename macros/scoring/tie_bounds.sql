{#
    Two window columns, lo and hi: the smallest and the largest rank of a value's tie group, smallest value first. One
    window serves both: the default frame of an ordered window takes the peers along, so count(*) is hi.
#}
{% macro tie_bounds(partition_by, value) -%}
        rank() over (partition by {{ partition_by }} order by {{ value }}) as lo,
        count(*) over (partition by {{ partition_by }} order by {{ value }}) as hi
{%- endmacro %}
