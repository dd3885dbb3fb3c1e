#include "platform/linux/residence.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "agent/base/bytes.h"

namespace cmagent::platform {
namespace {

// With the pages go a debugger's breakpoints.
#ifdef NDEBUG
constexpr bool kDebugged = false;
#else
constexpr bool kDebugged = true;
#endif

void* at(std::uintptr_t address) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
    return reinterpret_cast<void*>(address);
}

bool is_relocated_in_place(const dl_phdr_info& object, const ElfW(Phdr) & dynamic) {
    const auto* entry = static_cast<const ElfW(Dyn)*>(at(object.dlpi_addr + dynamic.p_vaddr));
    while (entry->d_tag != DT_NULL && entry->d_tag != DT_TEXTREL) ++entry;
    return entry->d_tag == DT_TEXTREL;
}

void take_pages(std::uintptr_t begin, std::uintptr_t end) {
    const auto page = static_cast<std::uintptr_t>(getpagesize());
    begin = begin / page * page;
    (void)madvise(at(begin), end - begin, MADV_DONTNEED);
}

// Those that are as they are in the file: of an object whose code the loader has changed, none.
int take_constant_pages(dl_phdr_info* object, std::size_t /*size*/, void* /*nothing*/) {
    const ElfW(Phdr)* const end = object->dlpi_phdr + object->dlpi_phnum;
    for (const ElfW(Phdr)* part = object->dlpi_phdr; part != end; ++part) {
        if (part->p_type == PT_DYNAMIC && is_relocated_in_place(*object, *part)) return 0;
    }
    for (const ElfW(Phdr)* part = object->dlpi_phdr; part != end; ++part) {
        const std::uintptr_t begin = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
            take_pages(begin, begin + part->p_memsz);
    }
    return 0;
}

}  // namespace

void keep_heap_small() {
#if defined(__GLIBC__) && !defined(__UCLIBC__)
    mallopt(M_TRIM_THRESHOLD, 16 * kKiB);
    mallopt(M_TOP_PAD, 0);
    // A record's buffer of TLS is memory of its own: what no record fills is never touched.
    mallopt(M_MMAP_THRESHOLD, 12 * kKiB);
#endif
}

void leave_unused_behind() {
    // Every free block between two others is kept otherwise.
#if defined(__GLIBC__) && !defined(__UCLIBC__)
    malloc_trim(0);
#endif
    if (!kDebugged) dl_iterate_phdr(take_constant_pages, nullptr);
}

}  // namespace cmagent::platform
