module M
  # It.
  class A < B
    def m(a)
    end
  end
end
