--- A scene of moving things.
-- @module scene

local vector = require("app.vector")
local log = require "app.log"
local clamp = require("app.maths").clamp
local insert, remove = table.insert, table.remove

local Scene = {}
Scene.__index = Scene

local MAX_THINGS <const> = 100
local count = 0
DEBUG = false

--- Base of everything that moves.
local Thing = { kind = "thing", speed = 1 }
Thing.__index = Thing

local Ship = setmetatable({}, { __index = Thing })
Ship.__index = Ship

--[[ Makes a scene.
     The name is shown to people. ]]
function Scene.new(name, ...)
  local self = setmetatable({}, Scene)
  self.name = name
  self.things = { ... }
  count = count + 1
  return self
end

--- Adds a thing.
-- @param thing what to add
-- @return its place
function Scene:add(thing)
  if #self.things >= MAX_THINGS or not thing then
    log.warn("full", self.name)
    return nil
  end
  insert(self.things, thing)
  self.last = thing
  return #self.things
end

function Scene:update(seconds)
  for index, thing in ipairs(self.things) do
    thing:move(seconds)
    if thing.dead and self:can_remove(index) then
      remove(self.things, index)
    elseif DEBUG then
      print(thing.kind)
    end
  end
  for step = 1, 3 do
    self.clock.ticks = self.clock.ticks + step
  end
end

local function distance(a, b)
  return vector.length(vector.sub(a.position, b.position))
end

--- Moves on.
function Thing:move(seconds)
  self.position = self.position:add(self.velocity:scale(seconds * self.speed))
end

function Ship.create(x, y)
  local ship = setmetatable({ fuel = 10 }, Ship)
  ship.position = vector.new(x, y)
  return ship
end

Ship.fire = function(self, target)
  local hit = distance(self, target) < 10
  while self.fuel > 0 and not hit do
    self.fuel = self.fuel - 1
  end
  repeat
    local again = self:reload()
  until again
  return hit
end

Scene.utils = {
  limit = function(value) return clamp(value, 0, 1) end,
  version = "1.0",
}

function Scene.utils.round(value)
  return math.floor(value + 0.5)
end

function start(options)
  local scene = Scene.new(options.name or "main")
  local callbacks = {}
  callbacks[1] = function(ship) scene:add(ship):select() end
  callbacks[1](Ship.create(1, 2))
  DEBUG = options.debug
  local on_end = function() return scene.name end
  goto finish
  ::finish::
  return on_end()
end

return Scene
