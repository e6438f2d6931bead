"""What is installed and resolved."""

JUPYTER = ["jupyter"]
REQUESTS = ["requests"]
BIG = ["numpy", "pandas", "scipy", "scikit-learn", "matplotlib"]
# What building Trio's documentation needs, by name: the set that uv shows on its front page.
TRIO_DOCS = ["sphinx>=6", "jinja2", "sphinx_rtd_theme>=3", "sphinxcontrib-jquery", "sphinxcontrib-trio", "towncrier",
             "sphinx-codeautolink", "attrs", "sortedcontainers", "idna", "outcome", "sniffio", "exceptiongroup",
             "immutables", "pyopenssl"]
# Hard: hundreds of projects that depend on each other in many versions.
AIRFLOW = ["apache-airflow[amazon,celery,cncf-kubernetes,google,microsoft-azure,postgres,snowflake]"]
# Backtracking: boto3 appears every working day, and botocore has pinned urllib3 for years.
BOTO3 = ["boto3", "urllib3<1.25.4"]
# Published as source only, with an extension module in C.
SOURCE_ONLY = ["novas"]
# Pure Python of four build backends; none of them is needed to build another.
SOURCES = ["attrs", "certifi", "click", "docopt", "httpx", "idna", "rich", "six", "tomlkit", "urllib3"]
