function one() {}
function two() {}
function spare() {}
function run({ first, second: renamed, third = spare }, [item]) { first(); renamed(); third(); item(); }
run({ first: one, second: two }, [one]);
