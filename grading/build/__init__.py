"""From raw tables to the marts: what dbt reads, dbt itself, and its SQL run again without it."""
