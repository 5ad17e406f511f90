-- Who a child is, is read at each decision: few entries a child, found without the others.
create index entry_identified on derived.entry (child_id, sequence)
    where type = 'child-identified';
