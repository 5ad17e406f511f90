"""Rules about hospitals, detention under the Mental Health Act and deprivation of liberty."""
