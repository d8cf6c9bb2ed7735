# Ruby: a class has the methods of modules that it is extended by, by itself or by what it includes; in its body `self`
# is the class. Tests name values by `let`, `subject` and instance variables, and have the functions of their helpers.
#- lib/work/job.rb
module Work
  module Job
    def self.included(base)
      base.extend(ClassMethods)
    end
    module ClassMethods
      def perform_later(*args); enqueue(args); end
#                               ^ calls Work::Job::ClassMethods::enqueue
      def enqueue(args); end
      def queue(name); end
    end
    def perform_later; end
  end
  module Naming
    def label; "x"; end
  end
  module Tracked
    extend ActiveSupport::Concern
    class_methods do
      def tracks(name); end
    end
    def tracked?; true; end
  end
  module Audited
    extend ActiveSupport::Concern
    module ClassMethods
      def audits; end
    end
    def audit; end
  end
end
#- lib/mailer.rb
class Mailer
  include Work::Job
  include Work::Tracked
  include Work::Audited
  extend Work::Naming
  queue :mails
# ^ calls Work::Job::ClassMethods::queue
  tracks :mails
# ^ calls Work::Tracked::tracks
  audits
# ^ calls Work::Audited::ClassMethods::audits
  tracked?
# ^ !calls *
  class << self
    include Work::Naming
  end
  def deliver; label; end
#              ^ !calls *
  def self.title; label; end
#                 ^ calls Work::Naming::label
end
class Digest < Mailer; end
class Made
  define_method(:made) { |x| helped }
#                            ^ calls Made::helped
  def helped; made(1); end
#             ^ calls Made::made
end
class Plain
  extend Work::Job
end
Mailer.perform_later(1)
#      ^ calls Work::Job::ClassMethods::perform_later
Mailer.new.perform_later
#          ^ calls Work::Job::perform_later
Digest.perform_later(2)
#      ^ calls Work::Job::ClassMethods::perform_later
Digest.label
#      ^ calls Work::Naming::label
Work::Job.enqueue([])
#         ^ !calls *
Plain.enqueue([])
#     ^ !calls *
#- spec/mailer_spec.rb
require "spec_helper"
RSpec.describe Mailer do
  let(:mailer) { described_class.new }
#                                ^ calls Mailer
  subject(:digest) { Digest.new }
  before { @plain = Mailer.new }
  def inside; end
  it "delivers" do
    mailer.deliver
#          ^ calls Mailer::deliver
    digest.deliver
#          ^ calls Mailer::deliver
    subject.deliver
#           ^ calls Mailer::deliver
    @plain.deliver
#          ^ calls Mailer::deliver
    quiet
#   ^ calls quiet
    inside
#   ^ calls inside
    hidden
#   ^ !calls *
  end
end
#- spec/spec_helper.rb
def quiet; end
#- spec/other_spec.rb
RSpec.describe "x" do
  def hidden; end
  it { @plain.deliver }
#             ^ !calls *
end
