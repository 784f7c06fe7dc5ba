NAMES = {
    'First1': ('shop.first', 'first1'),
    'First2': ('shop.first', 'first2'),
    'First3': ('shop.first', 'first3'),
    'First4': ('shop.first', 'first4'),
    'Second1': ('shop.second', 'second1'),
    'Second2': ('shop.second', 'second2'),
    'Second3': ('shop.second', 'second3'),
    'Second4': ('shop.second', 'second4'),
    'Third1': ('shop.third', 'third1'),
    'Third2': ('shop.third', 'third2'),
    'Third3': ('shop.third', 'third3'),
    'Third4': ('shop.third', 'third4'),
}
