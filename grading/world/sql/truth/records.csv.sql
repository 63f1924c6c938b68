select source as source_system, ref as customer_ref, i as entity from records order by 1, 2
