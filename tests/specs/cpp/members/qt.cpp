// Qt: `emit` is in front of a call; slots and signals that are named are references; smart pointers, containers and
// their iterators lead to what they hold.
//: exact calls references
//: text only: Qt's headers are not there
//- worker.h
class Worker : public QObject {
 public:
  void start();
  int size() const;
 signals:
  void done(int code);
 public slots:
  void stop(int reason);
  void pause();
};
class Other {
 public:
  void start();
  int size() const;
  void pause();
};
//- window.h
#include "worker.h"
class Window : public QObject {
 public:
  Window();
 private slots:
  void onDone(int code);
 signals:
  void closed();
 private:
  QSharedPointer<Worker> shared_;
  QPointer<Worker> guarded_;
  QScopedPointer<Worker> scoped_;
  Worker* raw_;
  QMap<QString, Worker*> workers_;
  std::optional<Other> other_;
  std::map<int, Other> others_;
};
//- window.cpp
#include "window.h"
Window::Window() {
  connect(raw_, &Worker::done, this, &Window::onDone);
//                       ^ references Worker::done(int)
//                                            ^ references Window::onDone(int)
  connect(raw_, SIGNAL(done(int)), SLOT(onDone(int)));
//                     ^ references Worker::done(int)
//                                      ^ references Window::onDone(int)
  connect(this, SIGNAL(closed()), raw_, SLOT(pause()));
//                     ^ references Window::closed()
//                                           ^ references Worker::pause()
  QTimer::singleShot(0, raw_, SLOT(pause()));
//                                 ^ references Worker::pause()
  emit closed();
//     ^ calls Window::closed()
  Q_EMIT raw_->done(3);
//             ^ calls Worker::done(int)
  shared_->start();
//         ^ calls Worker::start()
  guarded_->start();
//          ^ calls Worker::start()
  scoped_->start();
//         ^ calls Worker::start()
  scoped_.data()->start();
//                ^ calls Worker::start()
  other_->start();
//        ^ calls Other::start()
  other_.value().start();
//               ^ calls Other::start()
  for (auto it = workers_.begin(); it != workers_.end(); ++it) {
    it.value()->start();
//              ^ calls Worker::start()
  }
  workers_.value("a")->start();
//                     ^ calls Worker::start()
  auto found = others_.find(1);
  found->second.start();
//              ^ calls Other::start()
  QList<Worker*>::const_iterator each = list().begin();
  (*each)->start();
//         ^ calls Worker::start()
  std::vector<Other>::iterator one;
  one->start();
//     ^ calls Other::start()
  int flags = size & Worker::pause;
}
//- unknown.cpp
#include "window.h"
void wire(Ui::Form* form) {
  QObject::connect(form->button, SIGNAL(closed()), form->other, SLOT(onDone(int)));
  QObject::connect(form->button, &QPushButton::clicked, form->other, &QWidget::close);
}
