# Shell: functions and global variables are symbols; sourced files are links.
#: exact defines links
#- run.sh
# Says it.
say() {
#< defines Function say@run.sh
  local x=1
}
export A=1 B
#      ^ defines Variable A@run.sh
A=2
if x; then C=3; fi
#          ^ defines Variable C@run.sh
source ./lib.sh
#        ^ links lib.sh
. $D/no.sh
#- lib.sh
