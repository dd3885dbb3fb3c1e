# What measurements need, and their builds. Sourced by run and check.

prepare_native() {
    tests/prepare gcc g++ cmake ninja-build libmicrohttpd-dev libmbedtls-dev libjsmn-dev libgtest-dev libcjson-dev \
        binutils python3 curl openssl qemu-user strace
}

# The JSON libraries of the distribution.
prepare_peers() {
    tests/prepare libjson-c-dev libjansson-dev libyajl-dev libfastjson-dev libjsonparser-dev libjson-glib-dev libsimdjson-dev \
        rapidjson-dev nlohmann-json3-dev libjsoncpp-dev libboost-json1.81-dev
}

# Topics that count instructions for the box's own processor, too.
counts_armhf() { grep -q 'read_arguments(' "tests/bench/$1/measure.py"; }

build() { # FOLDER TARGET CMAKE_OPTION…
    local folder=$1 target=$2
    shift 2
    mkdir -p "$folder"
    cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=MinSizeRel "$@" >"$folder/configure.log" || { cat "$folder/configure.log"; exit 1; }
    cmake --build "$folder" --target $target >"$folder/build.log" || { cat "$folder/build.log"; exit 1; }
}

build_native() { # TARGET [PEERS]: the folder of those that the distribution's own packages do not install
    build build/bench "$1 bench_counter" -DCMAGENT_BENCH_PEERS="${2:-}"
}

build_armhf() { # TARGET: as armhf-release, which ships
    toolchains/prepare armhf
    build build/bench-armhf "$1" --preset armhf-release -DCMAGENT_TESTS=ON \
        -DCMAGENT_BENCH_PEERS="$(tests/bench/advice/peers armhf)"
}

build_static_daemon() { # with the small libraries, as on a box; beside the others of the native build
    toolchains/libraries native mbedtls-3.6 libmicrohttpd-1.0
    build build/bench-static cmagentd -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DCMAGENT_TESTS=OFF -DCMAGENT_MBEDTLS=3.6 \
        -DCMAGENT_MICROHTTPD=1.0
    install -D build/bench-static/bin/cmagentd build/bench/bin/static/cmagentd
}
