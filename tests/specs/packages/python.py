# Python: an imported module is provided by the package of its name, or by one of a table, that a manifest requires.
#: exact requires providedBy
#- pyproject.toml
[project]
name = "mine"
dependencies = [
  "numpy>=1.2,<2",
# ^ requires pypi/numpy <2,>=1.2
  "Ruamel.YAML ; python_version < '3.11'",
# ^ requires pypi/ruamel-yaml
]
[project.optional-dependencies]
all = ["mine[test]"]
test = ["pytest>=8"]
#       ^ requires pypi/pytest >=8 as test
[dependency-groups]
dev = ["ruff", {include-group = "test"}]
#      ^ requires pypi/ruff as development
#- requirements-dev.txt
# comment
PyYAML==6.0 --hash=sha256:00
#< requires pypi/pyyaml ==6.0
-r other.txt
opencv-python \
#< requires pypi/opencv-python
  >=4
opencv-python-headless
#< requires pypi/opencv-python-headless
django-labels
#< requires pypi/django-labels
#- user.py
import numpy.linalg
#      ^ providedBy pypi/numpy
from labels.models import Label
#    ^ providedBy pypi/django-labels
import yaml
#      ^ providedBy pypi/pyyaml
import cv2
#      ^ !providedBy *
import os
from ruamel.yaml import YAML
#    ^ providedBy pypi/ruamel-yaml
import unnamed
