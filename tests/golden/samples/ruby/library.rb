# frozen_string_literal: true

require "json"
require_relative "catalog/index"
require_relative "./shelf"
autoload :Fines, "library/fines"

DEFAULT_DAYS = 14

# Everything that lends.
#
# It knows nothing of money.
module Lending
  # What goes wrong while lending.
  class Error < StandardError; end

  NotThere = Class.new(Error)

  # One copy of a book.
  Copy = Struct.new(:title, :shelf) do
    # Where it stands.
    def place
      "#{shelf.name}/#{title}"
    end
  end

  # Adds a history to what includes it.
  module Traced
    def self.included(base)
      base.extend(ClassMethods)
    end

    module ClassMethods
      def trace(*names, **options, &block)
        names.each { |name| traces << [name, options] }
        block.call(self) if block
      end
    end

    # The past of this thing.
    def history
      @history ||= []
    end
  end

  # Lends books and takes them back.
  class Desk < Service::Base
    include Traced
    include Comparable, Enumerable
    extend Forwardable
    prepend Instrumented

    LIMIT = 5
    @@desks = 0

    # Who sits here.
    attr_reader :clerk
    attr_accessor :open, :loans
    attr_writer :note

    def_delegators :@loans, :size, :empty?

    trace :lend, since: 2024

    class << self
      # The desk of a branch.
      def for(branch)
        registry[branch] ||= new(branch)
      end

      attr_accessor :registry

      private

      def reset
        self.registry = {}
      end
    end

    # Opens a desk.
    def initialize(clerk, limit = LIMIT, *helpers, shelf:, quiet: false, **rest, &notify)
      super(clerk)
      @clerk = clerk
      @limit = limit
      @shelf = shelf
      @loans = {}
      @notify = notify
      @@desks += 1
    end

    def self.count
      @@desks
    end

    # Lends a copy to a reader, or says why not.
    def lend(reader, copy)
      raise NotThere, "no #{copy.title}" unless @shelf.has?(copy)
      return refuse(reader) if loans_of(reader).size >= @limit && !reader.trusted?

      loan = Loan.new(reader, copy, due: due_date)
      @loans[copy] = loan
      reader.loans << loan
      history.push([:lend, copy])
      @notify&.call(loan)
      loan
    rescue Lending::Error => e
      $stderr.puts(e.message)
      nil
    ensure
      self.open = true
    end

    def take_back(copy)
      case copy.state
      when :torn, :wet then repair(copy)
      when Lost
        Fines.charge(@loans[copy].reader)
      else
        @shelf.put copy
      end
      fee = 0
      fee += 1 while copy.late?(fee)
      days, weeks = split(fee)
      first, *others = days
      until others.empty?
        others.pop
      end
      yield copy, weeks if block_given?
      first > 3 ? fee : 0
    end

    # Sorts by clerk.
    def <=>(other)
      clerk <=> other.clerk
    end

    def [](copy) = @loans[copy]

    def each(&block)
      @loans.values.each(&block)
      sorter = ->(left, right) { left.due <=> right.due }
      @loans.values.sort(&sorter).map do |loan|
        loan.reader.name
      end
    end

    alias give lend
    alias_method :collect, :take_back

    define_method(:closed?) { !open }

    protected

    def due_date
      Date.today + DEFAULT_DAYS
    end

    private

    def refuse(reader)
      super
      ::Kernel.warn("refused")
    end

    def loans_of(reader)
      @loans.values.select { |loan| loan.reader == reader }
    end

    public

    def shut!; end

    private def lock(door, key = nil)
      door.lock(key)
    end

    def hidden_late; end
    private :hidden_late
  end

  module_function

  def parse(text)
    JSON.parse(text, symbolize_names: true)
  end
end

class Lending::Desk::Night < Lending::Desk
  def open = false
end

def main(argv)
  desk = Lending::Desk.for(argv.first)
  for name in argv do desk.lend(name, nil) end
  desk.open = true
  counter = 0
  argv.each_with_index do |arg, i|
    counter += i if arg == "x" || arg == "y"
  end
  $counter = counter
  desk
end

RSpec.describe Lending::Desk do
  it "lends" do
    expect(main(["a"])).to be_open
  end
end
