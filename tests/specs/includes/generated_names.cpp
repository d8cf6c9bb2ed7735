// What a build makes is reported with the file beside it that it is made from, and is missing without one.
//: text only: the headers are not there
//- src/dialog.ui
<ui/>
//- src/worker.h
#pragma once
//- src/grammar.y
%%
//- src/scanner.ll
%%
//- src/icons.qrc
<RCC/>
//- src/schema/a.fbs
table A {}
//- src/probe.bpf.c
int x;
//- src/worker.cpp
#include "ui_dialog.h"
//       ^ includes generated src/dialog.ui
#include "moc_worker.cpp"
//       ^ includes generated src/worker.h
#include "worker.moc"
//       ^ includes generated src/worker.cpp
#include "y.tab.h"
//       ^ includes generated src/grammar.y
#include "grammar.tab.hh"
//       ^ includes generated src/grammar.y
#include "scanner.lex.h"
//       ^ includes generated src/scanner.ll
#include "qrc_icons.cpp"
//       ^ includes generated src/icons.qrc
#include "schema/a_generated.h"
//       ^ includes generated src/schema/a.fbs
#include "probe.skel.h"
//       ^ includes generated src/probe.bpf.c
#include "ui_other.h"
//       ^ includes missing ui_other.h
#include "other.moc"
//       ^ includes missing other.moc
#include "lex.yy.c"
//       ^ includes missing lex.yy.c
//- dialog.cpp
#include "ui_dialog.h"
//       ^ includes missing ui_dialog.h
//- root.ui
<ui/>
//- root.cpp
#include "ui_root.h"
//       ^ includes generated root.ui
