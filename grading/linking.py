def link(warehouse, threshold): return []
