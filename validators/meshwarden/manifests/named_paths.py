"""The fields by which manifests name files and folders: whose files these are, and whether they are there."""

from typing import Final

# Of a component of a stage.
COMPONENT_PATHS: Final = (
    *(("kustomize", "path"), ("operator", "path"), ("terraform", "path")),
    *(("helm", "chart"), ("helm", "values")),
)
# Of a deployment's runtime.
RUNTIME_PATHS: Final = (("helm", "chart"), ("helm", "values"), ("kubernetes", "path"))
