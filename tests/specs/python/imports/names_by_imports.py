# A module in a folder without `__init__.py` is called as others import it; what nobody imports, by its file alone.
#- services/app/models.py
class M: pass
#     ^ defines Class app.models.M
#- services/app/deep/more.py
def f(): pass
#   ^ defines Function app.deep.more.f
#- services/app/main.py
from app.models import M
#    ^ imports services/app/models.py
M()
# ^ calls app.models.M
#- services/run.py
from app import models
#    ^ imports services/app/models.py
#- jobs/nightly/clean.py
def f(): pass
#   ^ defines Function jobs.nightly.clean.f
#- cron.py
import jobs.nightly.clean
#      ^ imports jobs/nightly/clean.py
#- scripts/alone.py
def f(): pass
#   ^ defines Function alone.f
#- scripts/beside.py
import alone
#      ^ imports scripts/alone.py
