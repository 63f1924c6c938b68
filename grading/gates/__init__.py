"""What may be published: expectations, judged by Great Expectations."""
