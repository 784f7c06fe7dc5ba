//! Cuts a line of text into tokens.

const std = @import("std");
const builtin = @import("builtin");
const rules = @import("rules.zig");
const Allocator = std.mem.Allocator;
const testing = std.testing;

pub usingnamespace @import("compat.zig");

/// Longest token that is kept.
pub const max_length: usize = 64;
var created: u32 = 0;
threadlocal var last_error: ?[]const u8 = null;

/// What a token is.
pub const Kind = enum(u8) {
    word,
    number,
    symbol = 10,

    /// Whether the token has a value.
    pub fn hasValue(self: Kind) bool {
        return self != .symbol;
    }
};

pub const Value = union(enum) {
    text: []const u8,
    integer: i64,
    none,
};

pub const ParseError = error{ TooLong, BadDigit };

/// One token.
pub const Token = struct {
    /// Where it begins.
    start: usize = 0,
    length: usize,
    kind: Kind,
    value: Value,

    const Self = @This();
    pub const empty = Token{ .length = 0, .kind = .word, .value = .none };

    /// Makes a token.
    pub fn init(start: usize, length: usize) Token {
        created += 1;
        return .{ .start = start, .length = length, .kind = .word, .value = .none };
    }

    pub fn end(self: *const Self) usize {
        return self.start + self.length;
    }

    fn check(self: Token) !void {
        if (self.length > max_length or self.length == 0) {
            return error.TooLong;
        }
    }
};

/// A growing list of things of one type.
pub fn List(comptime T: type) type {
    return struct {
        items: []T,
        const This = @This();

        pub fn push(self: *This, allocator: Allocator, item: T) !void {
            const grown = try allocator.realloc(self.items, self.items.len + 1);
            grown[self.items.len] = item;
            self.items = grown;
        }
    };
}

pub extern "c" fn isatty(descriptor: c_int) c_int;

/// Called from C.
export fn token_count(text: [*:0]const u8) c_int {
    const counted = countTokens(std.mem.span(text)) catch |problem| report(problem);
    return @intCast(counted);
}

fn report(problem: anyerror) usize {
    last_error = @errorName(problem);
    std.debug.print("failed: {s}\n", .{last_error.?});
    return 0;
}

inline fn isDigit(letter: u8) bool {
    return letter >= '0' and letter <= '9';
}

pub fn countTokens(text: []const u8) ParseError!usize {
    var tokens: List(Token) = .{ .items = &.{} };
    var iterator = std.mem.tokenizeScalar(u8, text, ' ');
    var total: usize = 0;
    while (iterator.next()) |part| : (total += 1) {
        const token = Token.init(total, part.len);
        try token.check();
        tokens.push(rules.allocator(), token) catch unreachable;
    }
    for (tokens.items, 0..) |*token, index| {
        token.start = index;
        switch (token.kind) {
            .word => {},
            .number, .symbol => token.kind = .word,
        }
    }
    if (rules.find(text)) |rule| {
        rule.apply(tokens.items[0]);
    } else |err| {
        return err;
    }
    const first = rules.first orelse return total;
    defer first.deinit();
    _ = first;
    return total;
}

pub fn main() !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    defer arena.deinit();
    const arguments = try std.process.argsAlloc(arena.allocator());
    const kind: Kind = Kind.number;
    if (kind.hasValue()) {
        _ = try countTokens(arguments[0]);
    }
}

test "an empty line has no token" {
    try testing.expectEqual(@as(usize, 0), try countTokens(""));
}
