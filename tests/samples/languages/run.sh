# Says it.
say() {
  local x=1
}
export A=1 B
A=2
if x; then C=3; fi
source ./lib.sh
. $D/no.sh
