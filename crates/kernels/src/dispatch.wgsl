// What every kernel's source begins with (see `gpu.rs`): the indices of a workgroup and of a thread, which count on whatever the shape of the
// dispatch. The last ones may be surplus, so a kernel checks its index against what there is to compute.

fn workgroup_index(workgroup: vec3<u32>, workgroups: vec3<u32>) -> u32 {
    return workgroup.y * workgroups.x + workgroup.x;
}

fn thread_index(workgroup: vec3<u32>, workgroups: vec3<u32>, local: u32) -> u32 {
    return workgroup_index(workgroup, workgroups) * 64u + local;
}

