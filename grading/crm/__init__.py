"""Back to the CRM: what changed, in the shapes in which CRMs import it."""
