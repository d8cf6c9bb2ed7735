# A script's imports are looked for in its own folder, but not in other folders.
#- tools/run.py
import helper
#      ^ imports tools/helper.py
import tools.helper
#      ^ imports tools/helper.py
#- tools/helper.py
#- far/helper.py
#- pkg/__init__.py
#- pkg/a.py
import helper
#      ^ imports external helper
