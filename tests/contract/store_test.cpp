// The promises of Store (hazards.md 24, 28): the fake and flash in a folder.
#include "platform/linux/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "tests/contract/kind_name.h"
#include "tests/contract/loop.h"
#include "tests/fakes/fake_store.h"
#include "tests/temporary_folder.h"
#include "tests/touched_pages.h"

namespace cmagent::contract {
namespace {

using platform::Store;

class Saved final : public platform::StoreListener {
  public:
    unsigned calls = 0;
    bool on_flash = false;
    std::string reason;
    void on_saved(bool reached, std::string_view why) override {
        calls++;
        on_flash = reached;
        reason = why;
    }
};

std::string load(Store& store, bool* damaged = nullptr) {
    static char buffer[platform::kMaxStored];
    const Store::Loaded loaded = store.load(buffer);
    if (damaged != nullptr) *damaged = loaded.damaged;
    return {buffer, loaded.size};
}

// A box whose daemon is started again and again over the same flash.
struct Real {
    static constexpr const char* kName = "File";
    TemporaryFolder folder;
    Saved saved;
    struct Daemon {
        Loop loop;
        platform::Worker worker{loop.poller};
        platform::FileStore store;
        Daemon(const std::string& dir, Saved& saved) : store(worker, dir.c_str(), saved) {
            EXPECT_TRUE(worker.start());
        }
    };
    std::unique_ptr<Daemon> daemon;
    Store& start() {
        daemon.reset();
        daemon = std::make_unique<Daemon>(folder.path(), saved);
        return daemon->store;
    }
    void await_save(unsigned calls) {
        EXPECT_TRUE(daemon->loop.until([&] { return saved.calls >= calls; }));
    }
    void damage() {
        for (const char* slot : {"state-0", "state-1"}) folder.write(slot, "garbage");
    }
    void lose_flash() { std::filesystem::rename(folder.path(), folder.path() + ".away"); }
    void regain_flash() { std::filesystem::rename(folder.path() + ".away", folder.path()); }
};

struct Fake {
    static constexpr const char* kName = "Fake";
    fakes::FakeFlash flash;
    Saved saved;
    std::unique_ptr<fakes::FakeStore> store;
    Store& start() {
        store = std::make_unique<fakes::FakeStore>(flash, saved);
        return *store;
    }
    void await_save(unsigned) { store->turn(); }
    void damage() { flash.damaged = true; }
    void lose_flash() { flash.fault = "open the folder: No such file or directory"; }
    void regain_flash() { flash.fault.clear(); }
};

template <typename Kind>
class StoreContract : public testing::Test {
  protected:
    Kind box_;
};
using Kinds = testing::Types<Fake, Real>;
TYPED_TEST_SUITE(StoreContract, Kinds, KindName);

TYPED_TEST(StoreContract, HoldsNothingAtFirst) {
    bool damaged = true;
    EXPECT_EQ(load(this->box_.start(), &damaged), "");
    EXPECT_FALSE(damaged);
}

TYPED_TEST(StoreContract, HoldsTheLastTextOverStarts) {
    for (unsigned i = 1; i <= 5; i++) {
        Store& store = this->box_.start();
        const std::string before = i == 1 ? "" : "state " + std::to_string(i - 1);
        EXPECT_EQ(load(store), before);
        store.save("state " + std::to_string(i));
        EXPECT_EQ(this->box_.saved.calls, i - 1) << "never from within save()";
        this->box_.await_save(i);
        EXPECT_TRUE(this->box_.saved.on_flash);
    }
}

TYPED_TEST(StoreContract, HoldsTheLargestText) {
    std::string large(platform::kMaxStored, 'x');
    large.back() = '!';
    Store& store = this->box_.start();
    store.save(large);
    this->box_.await_save(1);
    EXPECT_EQ(load(this->box_.start()), large);
}

TYPED_TEST(StoreContract, ReplacesALongTextByAShortOne) {
    const char* const texts[] = {"a long text, with much in it", "another long text", "short", "s"};
    unsigned calls = 0;
    for (const char* text : texts) {
        for (int slot = 0; slot < 2; slot++) {
            Store& store = this->box_.start();
            static_cast<void>(load(store));
            store.save(text);
            this->box_.await_save(++calls);
            EXPECT_EQ(load(this->box_.start()), text);
        }
    }
}

TYPED_TEST(StoreContract, WritesOnlyTheNewestOfSeveralTexts) {
    Store& store = this->box_.start();
    store.save("first");
    store.save("second");
    store.save("third");
    this->box_.await_save(1);
    EXPECT_EQ(this->box_.saved.calls, 1U);
    EXPECT_EQ(load(this->box_.start()), "third");
}

TYPED_TEST(StoreContract, IsOnFlashAfterFlush) {
    Store& store = this->box_.start();
    store.save("last words");
    store.flush(10'000);
    EXPECT_EQ(this->box_.saved.calls, 1U);
    EXPECT_EQ(load(this->box_.start()), "last words");
}

TYPED_TEST(StoreContract, TellsOnceThatItsTextWasDamaged) {
    Store& store = this->box_.start();
    store.save("text");
    this->box_.await_save(1);
    this->box_.damage();
    bool damaged = false;
    EXPECT_EQ(load(this->box_.start(), &damaged), "");
    EXPECT_TRUE(damaged);
    EXPECT_EQ(load(this->box_.start(), &damaged), "");
    EXPECT_FALSE(damaged);
}

TYPED_TEST(StoreContract, TellsThatASaveDidNotReachTheFlash) {
    Store& store = this->box_.start();
    store.save("first");
    this->box_.await_save(1);
    this->box_.lose_flash();
    store.save("second");
    this->box_.await_save(2);
    EXPECT_FALSE(this->box_.saved.on_flash);
    EXPECT_EQ(this->box_.saved.reason, "open the folder: No such file or directory");
    this->box_.regain_flash();
    EXPECT_EQ(load(this->box_.start()), "first");
    this->box_.start().save("third");
    this->box_.await_save(3);
    EXPECT_TRUE(this->box_.saved.on_flash) << "tried again with each save";
    EXPECT_EQ(load(this->box_.start()), "third");
}

TYPED_TEST(StoreContract, TellsTheBoot) {
    const std::string boot(this->box_.start().boot());
    EXPECT_FALSE(boot.empty());
    EXPECT_LE(boot.size(), 64U);
    EXPECT_EQ(this->box_.start().boot(), boot);
}

class FileStoreTest : public testing::Test {
  protected:
    // What a power cut between two writes leaves: "older" in state-1, "newer" in state-0.
    void fill() {
        box_.daemon.reset();
        write(1, "older");
        write(2, "newer");
    }
    void write(std::uint64_t sequence, const std::string& text) {
        platform::OwnFolder folder(box_.folder.path().c_str());
        ASSERT_EQ(folder.open(), 0);
        std::string slot(platform::kSlotHead, ' ');
        slot += text;
        ASSERT_EQ(platform::write_slot(folder.get(), sequence, slot.data(), text.size()).error, 0);
    }
    // The files in which a text stands, be it in part.
    std::string holders(const std::string& text) {
        std::string names;
        for (const auto& file : std::filesystem::directory_iterator(box_.folder.path())) {
            const std::string name = file.path().filename();
            if (box_.folder.read(name).find(text) != std::string::npos) names += name + " ";
        }
        return names;
    }
    unsigned mode_of_folder() {
        return static_cast<unsigned>(std::filesystem::status(box_.folder.path()).permissions());
    }
    std::string slot(int index) { return "state-" + std::to_string(index); }
    void change(const std::string& name, std::string text) { box_.folder.write(name, text); }

    Real box_;
};

TEST_F(FileStoreTest, WritesFilesThatOnlyItsUserReads) {
    fill();
    for (int index : {0, 1}) {
        struct stat file = {};
        ASSERT_EQ(stat(box_.folder.file(slot(index)).c_str(), &file), 0);
        EXPECT_EQ(file.st_mode & 07777, 0600U);
    }
}

// A file keeps its mode when it is written: what an older version, or a hand, has left is corrected.
TEST_F(FileStoreTest, Hazard72ATextOnFlashTakesNoMemory) {
    Store& store = box_.start();
    const auto pages = [this] {
        return touched_pages(&box_.daemon->store, sizeof box_.daemon->store);
    };
    const long fresh = pages();
    const std::string text(60'000, 's');
    store.save(text);
    box_.await_save(1);
    EXPECT_LE(pages(), fresh + 3) << "the ends of two buffers share pages with others";
    Store& again = box_.start();
    const long before = pages();  // its place may have been used before
    EXPECT_EQ(load(again), text);
    EXPECT_LE(pages(), before + 3);
}

TEST_F(FileStoreTest, CorrectsAModeThatLetsOthersIn) {
    namespace fs = std::filesystem;
    const auto mode = [&](int index) {
        return static_cast<unsigned>(fs::status(box_.folder.file(slot(index))).permissions());
    };
    const auto exposed = [&] {
        static char buffer[platform::kMaxStored];
        return box_.start().load(buffer).exposed;
    };
    fill();
    EXPECT_FALSE(exposed());
    fs::permissions(box_.folder.file(slot(0)), fs::perms{0644});
    EXPECT_TRUE(exposed());
    EXPECT_EQ(mode(0), 0600U);
    EXPECT_FALSE(exposed()) << "told once";
    for (const unsigned rights : {0770U, 0755U, 0701U}) {
        fs::permissions(box_.folder.path(), fs::perms{rights});
        EXPECT_FALSE(exposed());
        EXPECT_EQ(mode_of_folder(), 0700U) << rights;
    }
    // Somebody else's place, too: its rights are his.
    box_.folder.write("theirs", "");
    fs::permissions(box_.folder.path(), fs::perms{0770});
    EXPECT_TRUE(exposed());
    fs::permissions(box_.folder.path(), fs::perms{0755});
    EXPECT_FALSE(exposed()) << "to see the names is no harm";
    EXPECT_EQ(mode_of_folder(), 0755U);
    Store& store = box_.start();
    for (int index : {0, 1}) fs::permissions(box_.folder.file(slot(index)), fs::perms{0666});
    for (unsigned i = 1; i <= 2; ++i) {
        const unsigned calls = box_.saved.calls + 1;
        store.save("another");
        box_.await_save(calls);
    }
    for (int index : {0, 1}) EXPECT_EQ(mode(index), 0600U);
}

TEST_F(FileStoreTest, Hazard24FallsBackOnTheOtherSlotAtAnyTornWrite) {
    fill();
    const std::string whole = box_.folder.read(slot(0));
    for (std::size_t kept = 0; kept < whole.size(); kept++) {
        change(slot(0), whole.substr(0, kept));
        bool damaged = false;
        EXPECT_EQ(load(box_.start(), &damaged), "older") << kept;
        EXPECT_TRUE(damaged) << kept;
    }
}

TEST_F(FileStoreTest, FallsBackOnTheOtherSlotAtAnyFlippedBit) {
    fill();
    const std::string whole = box_.folder.read(slot(0));
    for (std::size_t bit = 0; bit < whole.size() * 8; bit++) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        change(slot(0), flipped);
        bool damaged = false;
        EXPECT_EQ(load(box_.start(), &damaged), "older") << bit;
        EXPECT_TRUE(damaged) << bit;
    }
}

TEST_F(FileStoreTest, SetsADamagedSlotAside) {
    fill();
    change(slot(0), "garbage");
    static_cast<void>(load(box_.start()));
    EXPECT_EQ(box_.folder.read("state-0.damaged"), "xxxxxxx");
    bool damaged = true;
    EXPECT_EQ(load(box_.start(), &damaged), "older");
    EXPECT_FALSE(damaged) << "warned of once";
}

TEST_F(FileStoreTest, StartsWithNothingWhenBothSlotsAreBad) {
    fill();
    change(slot(0), std::string(platform::kSlotSize + 100, 'f'));
    change(slot(1), "");
    bool damaged = false;
    Store& store = box_.start();
    EXPECT_EQ(load(store, &damaged), "");
    EXPECT_TRUE(damaged);
    store.save("new");
    box_.await_save(1);
    EXPECT_EQ(load(box_.start()), "new");
}

TEST_F(FileStoreTest, TakesNoSlotThatIsLargerThanItsBuffer) {
    std::string large(platform::kSlotSize + 1, 'x');  // sound, but for its size
    {
        platform::OwnFolder folder(box_.folder.path().c_str());
        ASSERT_EQ(folder.open(), 0);
        const auto written =
            platform::write_slot(folder.get(), 1, large.data(), platform::kMaxStored + 1);
        ASSERT_EQ(written.error, 0);
    }
    bool damaged = false;
    EXPECT_EQ(load(box_.start(), &damaged), "");
    EXPECT_TRUE(damaged);
}

TEST_F(FileStoreTest, NeverOverwritesTheNewestSoundSlot) {
    fill();
    Store& store = box_.start();
    ASSERT_EQ(load(store), "newer");
    const std::string newest = box_.folder.read(slot(0));
    // The first write does not come to its end: nobody may write into state-1.
    std::filesystem::remove(box_.folder.file(slot(1)));
    std::filesystem::create_directory(box_.folder.file(slot(1)));
    store.save("newest");
    box_.await_save(1);
    EXPECT_FALSE(box_.saved.on_flash);
    EXPECT_EQ(box_.folder.read(slot(0)), newest);
}

// --- what is over is kept nowhere ---

TEST_F(FileStoreTest, Hazard60ATextStandsInBothSlots) {
    fill();
    Store& store = box_.start();
    ASSERT_EQ(load(store), "newer");
    store.save("nothing");
    box_.await_save(1);
    EXPECT_EQ(holders("older"), "");
    EXPECT_EQ(holders("newer"), "");
    EXPECT_EQ(load(box_.start()), "nothing");
}

// Wherever the power is cut while a text without the subject is written, into the one slot or into the
// other: the next start finds it, and its first write is the end of it.
TEST_F(FileStoreTest, Hazard60NoCutLeavesWhatIsOver) {
    const std::string subject = "subject-4711";
    const std::string with = R"({"sessions":[{"subject":")" + subject + R"("}]})";
    const std::string without = R"({"sessions":[]})";
    for (const std::uint64_t last : {3U, 4U}) {  // the write that is cut
        write(last, without);
        const std::string name = slot(static_cast<int>(last % 2));
        const std::string whole = box_.folder.read(name);
        for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
            write(1, with);
            write(2, with);
            if (last == 4) write(3, without);
            // In place: what was not yet reached stands there still, and the file is not yet shorter.
            const std::string before = box_.folder.read(name);
            change(name, whole.substr(0, cut) + before.substr(cut));
            Store& store = box_.start();
            static_cast<void>(load(store));
            EXPECT_EQ(holders("subject-4").find("damaged"), std::string::npos) << cut;
            const unsigned calls = box_.saved.calls + 1;
            store.save(without);
            box_.await_save(calls);
            EXPECT_EQ(holders("ubject-47"), "") << last << ", " << cut;
            box_.daemon.reset();
        }
    }
}

// An earlier release has set files aside as they were.
TEST_F(FileStoreTest, Hazard60WhatWasSetAsideIsBlankedAtTheNextStart) {
    box_.folder.write("state-1.damaged",
                      std::string(3000, ' ') + R"({"subject":"4711",)" + std::string(2, '\0'));
    static_cast<void>(load(box_.start()));
    EXPECT_EQ(box_.folder.read("state-1.damaged"),
              std::string(3000, ' ') + R"({"xxxxxxx":"xxxx",)" + std::string(2, '\0'));
    box_.folder.write("state-1.damaged", std::string(200'000, 's'));
    static_cast<void>(load(box_.start()));
    EXPECT_EQ(box_.folder.read("state-1.damaged").find('s'), std::string::npos);
}

// --- another version of the format ---

unsigned other_version(Store& store) {
    static char buffer[platform::kMaxStored];
    return store.load(buffer).other_version;
}

TEST_F(FileStoreTest, Hazard60AFileOfAnotherVersionIsLeftAlone) {
    const std::string theirs = "cmagent-state 12 in a form that nobody knows yet\n";
    for (const int count : {1, 2}) {
        for (int index = 0; index < count; ++index) change(slot(index), theirs);
        std::string before;
        for (int run = 0; run < 3; ++run) {
            Store& store = box_.start();
            EXPECT_EQ(load(store), before);
            EXPECT_EQ(other_version(store), 12U);
            before = "of ours " + std::to_string(count) + std::to_string(run);
            const unsigned calls = box_.saved.calls + 1;
            store.save(before);
            box_.await_save(calls);
            EXPECT_TRUE(box_.saved.on_flash);
            for (int index = 0; index < count; ++index)
                EXPECT_EQ(box_.folder.read(slot(index)), theirs);
            EXPECT_EQ(holders("damaged"), "");
        }
        if (count == 1) {
            EXPECT_EQ(holders("of ours 1"), "state-0.v1 state-1 ") << "one beside theirs";
        }
        for (const char* file : {"state-0", "state-1", "state-0.v1", "state-1.v1"})
            std::filesystem::remove(box_.folder.file(file));
    }
}

// What was written beside them takes their place when they are gone.
TEST_F(FileStoreTest, GoesBackToItsOwnNames) {
    for (int index : {0, 1}) change(slot(index), "cmagent-state 2 ");
    box_.start().save("ours");
    box_.await_save(1);
    box_.daemon.reset();
    for (int index : {0, 1}) std::filesystem::remove(box_.folder.file(slot(index)));
    EXPECT_EQ(load(box_.start()), "ours");
    EXPECT_EQ(holders(".v1"), "");
    EXPECT_FALSE(std::filesystem::exists(box_.folder.file("state-0.v1")));
    EXPECT_FALSE(std::filesystem::exists(box_.folder.file("state-1.v1")));
}

TEST_F(FileStoreTest, WritesFilesInAFolderThatIsItsUsersAlone) {
    std::filesystem::permissions(box_.folder.path(), std::filesystem::perms{0755});
    const std::string late = box_.folder.path() + ".late";
    std::filesystem::rename(box_.folder.path(), late);
    Store& store = box_.start();
    static_cast<void>(load(store));
    std::filesystem::rename(late, box_.folder.path());
    store.save("text");
    box_.await_save(1);
    EXPECT_EQ(mode_of_folder(), 0700U) << "one that came later, too";
}

TEST_F(FileStoreTest, DoesNotFollowALink) {
    const std::string target = box_.folder.write("elsewhere", "precious");
    ASSERT_EQ(symlink(target.c_str(), box_.folder.file("state-1").c_str()), 0);
    Store& store = box_.start();
    store.save("text");
    box_.await_save(1);
    EXPECT_FALSE(box_.saved.on_flash);
    EXPECT_EQ(box_.folder.read("elsewhere"), "precious");
}

TEST_F(FileStoreTest, GoesOnInMemoryWithoutItsFolder) {
    const std::string missing = box_.folder.file("missing");
    Real::Daemon daemon(missing, box_.saved);
    EXPECT_EQ(load(daemon.store), "");
    daemon.store.save("text");
    ASSERT_TRUE(daemon.loop.until([&] { return box_.saved.calls == 1; }));
    EXPECT_FALSE(box_.saved.on_flash);
    EXPECT_EQ(box_.saved.reason, "open the folder: No such file or directory");

    ASSERT_EQ(mkdir(missing.c_str(), 0700), 0);
    daemon.store.save("text");
    ASSERT_TRUE(daemon.loop.until([&] { return box_.saved.calls == 2; }));
    EXPECT_TRUE(box_.saved.on_flash) << "tried again with each save";
}

TEST_F(FileStoreTest, Hazard44WritesNothingIntoAFolderThatIsAnothers) {
    fill();
    EXPECT_EQ(load(box_.start()), "newer");
    Real::Daemon other(box_.folder.path(), box_.saved);
    EXPECT_EQ(load(other.store), "") << "nothing of it is taken over";
    other.store.save("of the other");
    other.store.flush(10'000);
    EXPECT_EQ(load(box_.start()), "newer");
}

TEST_F(FileStoreTest, Hazard44TakesTheFolderOnceItsOwnerIsGone) {
    fill();
    EXPECT_EQ(load(box_.start()), "newer");
    Real::Daemon other(box_.folder.path(), box_.saved);
    other.store.save("of the other");
    ASSERT_TRUE(other.loop.until([&] { return box_.saved.calls == 1; }));
    EXPECT_FALSE(box_.saved.on_flash);
    EXPECT_EQ(box_.saved.reason, "lock the folder: Resource temporarily unavailable");
    box_.daemon.reset();
    other.store.save("of the other");
    ASSERT_TRUE(other.loop.until([&] { return box_.saved.calls == 2; }));
    EXPECT_TRUE(box_.saved.on_flash);
}

// A flash that is mounted when the daemon runs already: what it holds is of an earlier run.
TEST_F(FileStoreTest, IsNewerThanWhatWasThereWhenItsFolderCameLater) {
    write(9, "older");
    write(10, "newer");
    std::filesystem::rename(box_.folder.path(), box_.folder.path() + ".flash");
    Real::Daemon daemon(box_.folder.path(), box_.saved);
    EXPECT_EQ(load(daemon.store), "");
    std::filesystem::rename(box_.folder.path() + ".flash", box_.folder.path());
    const unsigned calls = box_.saved.calls;
    daemon.store.save("of this run");
    ASSERT_TRUE(daemon.loop.until([&] { return box_.saved.calls > calls; }));
    EXPECT_TRUE(box_.saved.on_flash);
    EXPECT_EQ(load(daemon.store), "of this run");
}

// A limit on the file's size stands for a full flash: both end a write early.
TEST_F(FileStoreTest, Hazard24KeepsTheLastTextWhenTheFlashIsFull) {
    fill();
    Store& store = box_.start();
    ASSERT_EQ(load(store), "newer");
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 60;
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    store.save(std::string(100, 'x'));
    box_.await_save(1);
    EXPECT_FALSE(box_.saved.on_flash);
    EXPECT_EQ(box_.saved.reason, "write: File too large");
    store.save(std::string(100, 'y'));
    box_.await_save(2);
    EXPECT_FALSE(box_.saved.on_flash) << "again, and in the same slot";
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);

    bool damaged = false;
    EXPECT_EQ(load(box_.start(), &damaged), "newer");
    EXPECT_TRUE(damaged);
}

TEST_F(FileStoreTest, WritesWhatWasSavedDuringAWrite) {
    Store& store = box_.start();
    store.save("first");
    box_.daemon->loop.turn();
    // The helper has written; the loop does not know yet.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (box_.folder.read("state-1").find("first") == std::string::npos &&
           std::chrono::steady_clock::now() < limit) {
        std::this_thread::yield();
    }
    store.save("second");
    box_.await_save(2);
    EXPECT_EQ(load(box_.start()), "second");
}

// Behind a resolver that hangs (hazards.md 28).
class StuckHelper : public testing::Test {
  protected:
    class Hanging final : public platform::Job {
      public:
        std::promise<void> begun;
        std::promise<void> release;
        void run() override {
            begun.set_value();
            release.get_future().wait();
        }
        void on_done() override {}
    };
};

TEST_F(StuckHelper, Hazard28DoesNotDelayTheLastSaveOfAShutdown) {
    TemporaryFolder folder;
    Saved saved;
    Hanging hanging;
    Real::Daemon daemon(folder.path(), saved);
    daemon.worker.submit(hanging);
    hanging.begun.get_future().wait();
    daemon.store.save("last words");
    daemon.loop.turn();
    EXPECT_EQ(saved.calls, 0U);
    daemon.store.flush(0);
    EXPECT_EQ(saved.calls, 1U);
    EXPECT_TRUE(saved.on_flash);
    hanging.release.set_value();
    daemon.worker.drop(hanging);
}

TEST_F(StuckHelper, IsFollowedByTheSaveThatWaited) {
    TemporaryFolder folder;
    Saved saved;
    Hanging hanging;
    Real::Daemon daemon(folder.path(), saved);
    daemon.worker.submit(hanging);
    daemon.store.save("first");
    daemon.loop.turn();
    daemon.store.save("second");
    hanging.release.set_value();
    ASSERT_TRUE(daemon.loop.until([&] { return saved.calls == 1; }));
    daemon.worker.drop(hanging);
    EXPECT_EQ(load(daemon.store), "second");
}

}  // namespace
}  // namespace cmagent::contract
