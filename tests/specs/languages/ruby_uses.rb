# Ruby: calls follow constants, `self`, what `new` gives, mixins and bases; `require` leads to files.
#- lib/shop.rb
require "set"
#< imports external set
require "shop/item"
#< imports lib/shop/item.rb
require_relative "shop/cart"
#< imports lib/shop/cart.rb
require_relative "gone"
#< imports missing ./gone
module Shop
  autoload :Log, "shop/log"
# < imports lib/shop/log.rb
  LIMIT = 3
  class Error < StandardError; end
  Missing = Class.new(Error)
# < inherits Shop::Error
end
#- lib/shop/log.rb
module Shop
  module Log
    def log(text)
      puts text
    end
    def self.level = LIMIT
#                    ^ references Shop::LIMIT
    module_function
    def both; end
  end
end
#- lib/shop/item.rb
module Shop
  # A thing to buy.
  class Item
    include Log
#           ^ inherits Shop::Log
    attr_reader :name, :cart
    attr_accessor :price
    def initialize(name)
      @name = name
      @cart = Cart.new(self)
#             ^ calls Shop::Cart::initialize
      self.price = 3
#          ^ calls Shop::Item::price=
      log name
#     ^ calls Shop::Log::log by a member of a base of its receiver's type
    end
    def self.make(name) = new(name)
#                         ^ calls Shop::Item::initialize
    def save!
      check
#     ^ calls Shop::Item::check
      send(:check)
#           ^ references Shop::Item::check
      cart.add(self)
#     ^ calls Shop::Item::cart
#          ^ calls Shop::Cart::add
      (name || other).add(self)
#                     ^ !calls Shop::Cart::add
      self.class.make("x").save!
#                ^ calls Shop::Item::make
#                          ^ calls Shop::Item::save!
      raise Missing if price > LIMIT
#           ^ references Shop::Missing
    end
    def ==(other) = name == other.name
    private
    def check
      make("x")
#     ^ !calls *
    end
  end
  class Offer < Item
#               ^ inherits Shop::Item
    def save!
#       ^ overrides Shop::Item::save!
      super
#     ^ calls Shop::Item::save!
    end
    def self.all
      save!
#     ^ !calls *
      Offer.make("x")
#           ^ calls Shop::Item::make
      Item.save!
#          ^ !calls *
    end
  end
end
#- lib/shop/cart.rb
module Shop
  class Cart
    Row = Struct.new(:item, :count) do
      def total = item * count
#                 ^ calls Shop::Cart::Row::item
    end
    class << self
      def open; new(nil); end
#               ^ calls Shop::Cart::initialize
    end
    def initialize(owner); @rows = []; @owner = owner; end
    def add(item)
      row = Row.new(item, 1)
#           ^ calls Shop::Cart::Row
      row.total
#         ^ calls Shop::Cart::Row::total
      count, rest = item.split(",")
#     ^ !calls *
      either = Row.new(item, 1)
      either = other if item
      either.total
#            ^ !calls *
      @rows.each { |each| each.total }
#                              ^ !calls *
      @owner.check
#            ^ !calls *
      Log.level
#         ^ calls Shop::Log::level
      Log.both
#         ^ calls Shop::Log::both
      Log.log("x")
#         ^ !calls *
      case item
      in { name: String => label, count: } then label.size + count
#                                               ^ !calls *
      end
      ::Shop::Item.make("x")
#                  ^ calls Shop::Item::make
      Other::Item.make("x")
#                 ^ !calls *
    end
    def count = 0
    alias size count
#              ^ references Shop::Cart::count
  end
end
#- lib/shop/patch.rb
class Shop::Item
  def patched; check; end
#              ^ calls Shop::Item::check
end
#- test/cart_test.rb
require "helper"
#< imports test/helper.rb
describe Shop::Cart do
#              ^ references Shop::Cart
  def build(n) = Shop::Cart.open.add(n)
#                           ^ calls Shop::Cart::open
#                                ^ calls Shop::Cart::add
  it "adds" do
    build 1
#   ^ calls build
    Shop::Item.make(2)
#         ^ references Shop::Item@lib/shop/item.rb
  end
end
class App
  def run; end
end
#- test/helper.rb
require "shop"
#< imports lib/shop.rb
class App
  def other; run; end
#            ^ !calls *
end
class Shop::Item; def in_test; end; end
# Methods that are handed on, and helpers that RSpec gives all tests.
#- lib/handing.rb
class Handing
  extend Forwardable
  delegate :grow, :shrink?, to: Target
#           ^ calls Target::grow by a member of the declared type of its receiver
#                  ^ calls Target::shrink? by a member of the declared type of its receiver
  delegate :prefixed, to: Target, prefix: true
  def_delegators :@held, :run
#                         ^ calls Held::run by a member of the declared type of its receiver
  def_delegator :made, :run, :start
#                             ^ calls Held::run by a member of the declared type of its receiver
  def initialize
    @held = Held.new
#                ^ calls Held
  end
  def made
    Held.new
#        ^ calls Held
  end
end
class Target
  def self.grow; end
  def self.shrink?; end
end
class Held
  def run; end
end
#- spec/spec_helper.rb
module Macros
  def define_model(name); end
  def hidden; end
end
RSpec.configure do |config|
  config.include Macros
end
Other.configure do |config|
  config.include Others
end
#- spec/models/user_spec.rb
describe "user" do
  before { define_model("User") }
#          ^ calls Macros::define_model by a member of the declared type of its receiver
  it { undefined_model("User") }
end
class Mine
  def own
    define_model("User")
#   ^ !calls *
  end
end
Handing.new.start
#           ^ calls Handing::start by a member of the declared type of its receiver
#- lib/elsewhere.rb
define_model("User")
# <- !calls *
#- lib/core_ext/string.rb
class String
  def shout = upcase
end
class Hash; end
class Outer::Added
  include Macros
  def more; end
end
class Outer::Made
  def initialize(a); end
end
class Outer::Derived < Hash; end
module Outer; end
#- lib/core_ext/named_so.rb
class Outer::NamedSo; end
#- lib/uses_core.rb
def uses_core(text)
  String.new.shout
# ^ !calls String
#            ^ calls String::shout by a member of the declared type of its receiver
  Hash.new
#      ^ !calls *
  raise unless Hash === text
#              ^ !references *
  Outer::Added.new.more
#              ^ !calls Outer::Added
#                  ^ calls Outer::Added::more by a member of the declared type of its receiver
  Outer::Made.new(1)
#             ^ calls Outer::Made::initialize
  Outer::Derived.new
#                ^ calls Outer::Derived
  Outer::NamedSo.new
#                ^ calls Outer::NamedSo
end
class Text < String; end
#            ^ inherits String
