# Ruby: a gem is built of what its `require_paths` hold, its programs of their files; gems beside it are built before.
#: exact builds buildsAfter requires
#- shelf/shelf.gemspec
name = "shelf"
Gem::Specification.new do |spec|
  spec.name = name
#< builds shelf/lib/shelf.rb from shelf
#< builds shelf/lib/shelf/board.rb from shelf
#< buildsAfter nails from shelf
  spec.executables = ["shelf"]
#< builds shelf/bin/shelf from shelf
#< buildsAfter shelf from shelf
  spec.add_dependency "nails"
  spec.add_dependency("rack", ">= 2.0", "< 4".freeze)
#< requires gem/rack >= 2.0, < 4
  spec.add_development_dependency "rspec", "~> #{version}"
#< requires gem/rspec as development
  spec.add_dependency computed
end
#- shelf/lib/shelf.rb
#- shelf/lib/shelf/board.rb
#- shelf/bin/shelf
#- nails/nails.gemspec
Gem::Specification.new "nails", "1.0" do |s|
#< builds nails/src/nails.rb from nails
  s.require_paths = %w[src]
  s.bindir = "exe"
  s.executables = s.files.grep(%r{\Aexe/}) { |f| File.basename(f) }
#< builds nails/exe/hammer from hammer
#< buildsAfter nails from hammer
end
#- nails/src/nails.rb
#- nails/exe/hammer
#- nails/bin/console
