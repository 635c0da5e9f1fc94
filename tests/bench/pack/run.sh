#!/bin/sh
# Measures Pastiche's kernels on this machine's graphics card, in less than five minutes: needs a driver for Vulkan and nothing else, for x86-64
# Linux with glibc 2.36 or newer. Writes bench.json and bench.md beside this script. VK_DRIVER_FILES names a driver that is not found.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# The loader of the system where there is one, or else the one in this folder.
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}"
if ! (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null) | grep -q 'libvulkan\.so\.1 .*x86-64'; then
    LD_LIBRARY_PATH="$LD_LIBRARY_PATH$here/lib"
fi

# A driver's manifest where the loader looks. NVIDIA's container toolkit brings the library at times and no manifest: then one is written.
manifests() { ls /etc/vulkan/icd.d/*.json /usr/share/vulkan/icd.d/*.json /usr/local/share/vulkan/icd.d/*.json "$HOME/.local/share/vulkan/icd.d/"*.json 2>/dev/null || true; }
if [ -z "${VK_DRIVER_FILES:-}" ]; then
    found=$(manifests)
    if [ -e /dev/nvidiactl ] && ! printf '%s\n' "$found" | grep -qi nvidia; then
        for library in libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
            if (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null) | grep -q "$library"; then
                printf '{"file_format_version": "1.0.1", "ICD": {"library_path": "%s", "api_version": "1.3.0"}}\n' "$library" >"$here/nvidia_icd.json"
                export VK_DRIVER_FILES="$here/nvidia_icd.json"
                break
            fi
        done
    fi
    if [ -z "${VK_DRIVER_FILES:-}" ] && [ -z "$found" ]; then
        echo "There is no driver for Vulkan here. Install one, or name its manifest in VK_DRIVER_FILES." >&2
        exit 1
    fi
    # A card before a driver in software.
    if [ -z "${VK_DRIVER_FILES:-}" ]; then
        cards=$(printf '%s\n' "$found" | grep -v -e lvp_icd -e swiftshader | tr '\n' ':' | sed 's/:$//')
        [ -z "$cards" ] || export VK_DRIVER_FILES="$cards"
    fi
fi
echo "Driver: ${VK_DRIVER_FILES:-whatever the loader finds}"
exec "$here/bench-native" measure "$here"
