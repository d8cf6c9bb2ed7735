# Ruby: modules, classes and methods are symbols.
#: exact defines links
#- thing.rb
module M
#      ^ defines Namespace M@thing.rb
  # It.
  class A < B
#       ^ defines Class M::A@thing.rb
    def m(a)
#       ^ defines Method M::A::m@thing.rb
    end
  end
end
