// What is called on something that no file declares is no member of the repository, though one class alone has the name.
//- form.h
namespace Ui { class Form; }
class QTextCursor;
struct Scripted { int arg(int at); int item(int row); int rarely(); };
struct Holder { Scripted inner; };
class Window : public QDialog {
  Ui::Form *ui;
  std::vector<QTextCursor *> cursors();
  void fill(const QVariantMap &data, Holder *holder);
};
//- form.cpp
#include "form.h"
void Window::fill(const QVariantMap &data, Holder *holder) {
  QString("%1").arg(1);
//              ^ !calls *
  QStringLiteral("%1").arg(1);
//                     ^ !calls *
  QGuiApplication::clipboard()->rarely();
//                              ^ !calls *
  ui->list->item(2);
//          ^ !calls *
  data["a"].rarely();
//          ^ !calls *
  data.value("a").rarely();
//                ^ !calls *
  selectionModel()->rarely();
//                  ^ !calls *
  (QString() + "%1").rarely();
//                   ^ [text] calls Scripted::rarely() by the only member function of that name
  QTextCursor::blank().rarely();
//                     ^ !calls *
  Window::tr("%1").rarely();
//                 ^ !calls *
  for (auto &each : cursors())
    each->rarely();
//        ^ !calls *
  holder->inner.arg(1);
//              ^ calls Scripted::arg(int)
}
