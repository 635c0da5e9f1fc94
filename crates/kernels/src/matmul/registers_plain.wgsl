    // a: [N, rows / 16, depth, 4]
    var from_a = (n * rows + row) * depth;
    var from_b = n * depth * columns + column;
    for (var k = 0u; k < depth; k++) {
        let a0 = a[from_a];
        let a1 = a[from_a + 1u];
        let a2 = a[from_a + 2u];
        let a3 = a[from_a + 3u];
        let b0 = b[from_b];
        c00 += outer(a0, b0);
        c10 += outer(a1, b0);
        c20 += outer(a2, b0);
        c30 += outer(a3, b0);
        if VECTORS == 2u {
            let b1 = b[from_b + 1u];
            c01 += outer(a0, b1);
            c11 += outer(a1, b1);
            c21 += outer(a2, b1);
            c31 += outer(a3, b1);
        }
        from_a += 4u;
        from_b += columns;
    }
