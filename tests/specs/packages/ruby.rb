# Ruby: what is required belongs to the gem whose name its path begins with, the longest first, but for what a Gemfile
# says itself.
#: exact providedBy
#- Gemfile
gem "rack"
gem "rack-test", require: "rack/trial"
gem "activesupport"
gem "mini_mime"
gem "mini-mime"
gem "rspec-core"
#- lib/shop.rb
require "rack/utils"
#        ^ providedBy gem/rack
require "rack/test/session"
#        ^ providedBy gem/rack-test
require "rack/trial"
#        ^ providedBy gem/rack-test
require "active_support/core_ext"
#        ^ providedBy gem/activesupport
require "mini/mime"
#        ^ providedBy gem/mini-mime
require "minimime"
#        ^ !providedBy *
require "rspec/core"
#        ^ providedBy gem/rspec-core
require "rspec/mocks"
#        ^ !providedBy *
