// Receivers whose class a wrapper of a library hides: what is declared by making a smart pointer, mocks, pointers to pointers.
//- node.h
struct Node { void set_id(int id); const char* path() const; };
struct Deps { int count; Node** nodes; };
//- use.cc
#include <memory>
#include <vector>
#include <map>
#include <gmock/gmock.h>
#include "node.h"
struct Dyndeps { std::vector<Node*> outputs_; };
struct DyndepFile : public std::map<int, Dyndeps> {};
struct MockNode : public Node { void change(int x); };
struct Log {
  Deps* get();
  std::vector<Node*> nodes_;
  void use() {
    auto rule = std::unique_ptr<Node>(new Node());
    rule->set_id(1);
//        ^ calls Node::set_id(int)
    for (std::vector<Node*>::iterator i = nodes_.begin(); i != nodes_.end(); ++i) {
      (*i)->set_id(-1);
//          ^ calls Node::set_id(int)
    }
    Deps* deps = get();
    deps->nodes[0]->path();
//                  ^ calls Node::path() const
    testing::NiceMock<MockNode> mock;
    mock.change(1);
//       ^ calls MockNode::change(int)
    mock.set_id(1);
//       ^ calls Node::set_id(int)
  }
};
