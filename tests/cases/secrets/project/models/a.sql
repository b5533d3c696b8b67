select '{{env "ASSAY_ENV_SECRET_KEY"}}' as told
