"""The command around the dbt project: it lands files, starts dbt and publishes. The SQL decides everything else."""

__version__ = "1.1.0"
