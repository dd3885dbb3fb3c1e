#pragma once
// JSON written from left to right into a growing text. cmsim has a writer of its own, so that an
// error in the agent's (agent/json) cannot hide behind the same error here.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cmagent::cmsim {

class JsonText {
  public:
    JsonText& object() { return open('{', '}'); }
    JsonText& array() { return open('[', ']'); }
    JsonText& close();
    JsonText& key(std::string_view name);
    JsonText& text(std::string_view value);
    JsonText& number(std::int64_t value);
    JsonText& boolean(bool value);
    JsonText& verbatim(std::string_view json);  // a whole value

    JsonText& member(std::string_view name, std::string_view value) {
        return key(name).text(value);
    }
    JsonText& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonText& member(std::string_view name, const std::map<std::string, std::string>& texts);

    // The whole text; closes the objects and arrays that are still open.
    std::string finish();

  private:
    JsonText& open(char opening, char closing);
    void separate();
    void quote(std::string_view value);

    std::string out_;
    std::string closings_;
    bool first_ = true;
};

}  // namespace cmagent::cmsim
