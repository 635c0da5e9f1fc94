    // a: [N, depth / 16, stored_rows, 4], zero-padded. A vector is four steps of a row, so that a block of 4x4 by 4x4 is multiplied at a time.
    let groups = (depth + 15u) / 16u;
    let from_a = plane(n) * groups * params.stored_rows * 4u;
    let from_b = n * depth * columns + column;
    let last = depth - 1u;
    for (var k = 0u; k < depth; k += 4u) {
        let at = from_a + k / 16u * params.stored_rows * 4u + k % 16u / 4u;
        // Beyond the depth the weights are zeros.
        let k0 = from_b + k * columns;
        let k1 = from_b + min(k + 1u, last) * columns;
        let k2 = from_b + min(k + 2u, last) * columns;
        let k3 = from_b + min(k + 3u, last) * columns;
        let a0 = four(at, row * 4u);
        let a1 = four(at, row * 4u + 4u);
        let a2 = four(at, row * 4u + 8u);
        let a3 = four(at, row * 4u + 12u);
        let b0 = mat4x4<f32>(b[k0], b[k1], b[k2], b[k3]);
        c00 += b0 * a0;
        c10 += b0 * a1;
        c20 += b0 * a2;
        c30 += b0 * a3;
        if VECTORS == 2u {
            let b1 = mat4x4<f32>(b[k0 + 1u], b[k1 + 1u], b[k2 + 1u], b[k3 + 1u]);
            c01 += b1 * a0;
            c11 += b1 * a1;
            c21 += b1 * a2;
            c31 += b1 * a3;
        }
    }
