def do01(value):
    return value + 1
def do02(value):
    return value + 2
def do03(value):
    return value + 3
def do04(value):
    return value + 4
def do05(value):
    return value + 5
def do06(value):
    return value + 6
def do07(value):
    return value + 7
def do08(value):
    return value + 8
def do09(value):
    return value + 9
def do10(value):
    return value + 10
def do11(value):
    return value + 11
def do12(value):
    return value + 12
def do13(value):
    return value + 13
def do14(value):
    return value + 14
def do15(value):
    return value + 15
def do16(value):
    return value + 16
def do17(value):
    return value + 17
def do18(value):
    return value + 18
def do19(value):
    return value + 19
def do20(value):
    return value + 20
def do21(value):
    return value + 21
def do22(value):
    return value + 22
def do23(value):
    return value + 23
def do24(value):
    return value + 24
def do25(value):
    return value + 25
def do26(value):
    return value + 26
def do27(value):
    return value + 27
def do28(value):
    return value + 28
def do29(value):
    return value + 29
def do30(value):
    return value + 30
ALL = {
    'do01': do01,
    'do02': do02,
    'do03': do03,
    'do04': do04,
    'do05': do05,
    'do06': do06,
    'do07': do07,
    'do08': do08,
    'do09': do09,
    'do10': do10,
    'do11': do11,
    'do12': do12,
    'do13': do13,
    'do14': do14,
    'do15': do15,
    'do16': do16,
    'do17': do17,
    'do18': do18,
    'do19': do19,
    'do20': do20,
    'do21': do21,
    'do22': do22,
    'do23': do23,
    'do24': do24,
    'do25': do25,
    'do26': do26,
    'do27': do27,
    'do28': do28,
    'do29': do29,
    'do30': do30,
}
def run(name, value):
    return ALL[name](value)
for name in list(ALL):
    run(name, 1)
